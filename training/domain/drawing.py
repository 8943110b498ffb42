"""Drawing questions by tag: every paper gets as many as the quiz promises, if it can be done."""

from collections.abc import Collection, Mapping, Sequence
from random import Random


def assign_draws(
    *, draws: Sequence[tuple[int, int]], pools: Mapping[int, Collection[int]], rng: Random
) -> list[int]:
    """Choose questions for (tag, how many) from the pools of question ids by tag, none twice.

    A question with two tags serves the one that needs it: places are filled in random order, and
    one that finds no free question makes another place give up its own (augmenting paths). So the
    result is shorter than asked only where no choice at all would be long enough.
    """
    places = [tag for tag, count in draws for _number in range(count)]
    candidates = {tag: rng.sample(sorted(pool), len(pool)) for tag, pool in pools.items()}
    holder: dict[int, int] = {}

    def fill(place: int, tried: set[int]) -> bool:
        for question in candidates[places[place]]:
            if question in tried:
                continue
            tried.add(question)
            if question not in holder or fill(holder[question], tried):
                holder[question] = place
                return True
        return False

    for place in rng.sample(range(len(places)), len(places)):
        fill(place, set())
    return sorted(holder, key=holder.__getitem__)
