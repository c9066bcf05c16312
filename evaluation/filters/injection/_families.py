"""The kinds of attack; a finding's type is one of them."""

from enum import StrEnum

__all__ = ["Family"]


class Family(StrEnum):
    """What an attack does; the order of the members is that of the model's outputs after the first."""

    INSTRUCTION_OVERRIDE = "instruction_override"
    """Tells the model to drop or replace its instructions."""
    PERSONA_JAILBREAK = "persona_jailbreak"
    """Frees the model from its rules by a persona, a mode, a game or a story."""
    SYSTEM_PROMPT_EXTRACTION = "system_prompt_extraction"
    """Asks for the instructions, or for what they keep secret."""
    DELIMITER_FORGING = "delimiter_forging"
    """Writes the marks by which the application tells instructions from data."""
    ENCODING_SMUGGLING = "encoding_smuggling"
    """Hides what it says in an encoding, in pieces or in a code."""
    EXFILTRATION = "exfiltration"
    """Has data sent away, by a link, an image or a message."""
    INDIRECT_INSTRUCTION = "indirect_instruction"
    """Speaks to the model from a document, e-mail, table or comment."""
    TOOL_ABUSE = "tool_abuse"
    """Has a tool used without consent."""
