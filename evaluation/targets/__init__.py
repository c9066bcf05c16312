"""Targets: the application under test, behind HTTP, as a chat endpoint, or as a program in a process of its own."""

from evaluation.targets._check import LookableTarget, TargetReport, check_target
from evaluation.targets._command import CommandOptions, CommandTarget, callable_command
from evaluation.targets._http import HttpOptions, HttpTarget
from evaluation.targets._openai import OpenAIOptions, OpenAITarget
from evaluation.targets._protocol import Target, TargetSpec
from evaluation.targets._sighting import Sighting

__all__ = [
    "CommandOptions",
    "CommandTarget",
    "HttpOptions",
    "HttpTarget",
    "LookableTarget",
    "OpenAIOptions",
    "OpenAITarget",
    "Sighting",
    "Target",
    "TargetReport",
    "TargetSpec",
    "callable_command",
    "check_target",
]
