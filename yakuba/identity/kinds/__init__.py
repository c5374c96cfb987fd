"""The ways to verify people that ship with identity, and the question that asks for them; importing plugs them in."""

from yakuba.identity.kinds import digital_auth_app, platform_operator, question

__all__ = ["digital_auth_app", "platform_operator", "question"]
