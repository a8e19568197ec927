"""What the scripts share of comparing on the same splits."""


def holm(values):
    """Holm's correction: the adjusted p values, in the order given."""
    order, adjusted, most = sorted(range(len(values)), key=values.__getitem__), [0.0] * len(values), 0.0
    for rank, place in enumerate(order):
        most = max(most, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = most
    return adjusted
