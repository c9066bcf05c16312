"""`assay serve`: the record over HTTP, for a team's programs.

Rules of this place: a route parses, makes one call and answers; who asks is known by a token before anything else is
looked at; every change goes through the record's door; what is not for the one who asks is answered like what is not
there; logs say what was asked of which route and how it ended, never what was sent, by which secret or from where.
"""
