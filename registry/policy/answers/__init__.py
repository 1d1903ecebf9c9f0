"""Why a decision is as it is, and what is nearest that would be allowed."""
