"""What one version of a policy tightens and loosens against another."""
