"""Attribution chains, polarity and modality."""
