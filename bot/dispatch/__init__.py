"""The bot's only voice: what is ready is looked at again, composed, paced and sent."""
