"""The REST API for municipalities' programs. It depends on no setting of the host's."""
