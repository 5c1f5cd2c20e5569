"""What happens when somebody writes."""
