"""Comments: what people say of what the record holds."""

from governance.comments._comments import Comment, Comments

__all__ = ["Comment", "Comments"]
