"""From a trend to a spec, from the spec to its drawing, its technical pack and its picture."""
