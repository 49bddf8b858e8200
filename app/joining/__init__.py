"""Who would like to bring ribbons and is not known yet: asked by e-mail whether it is them, then decided on."""
