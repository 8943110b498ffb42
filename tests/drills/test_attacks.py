from random import Random

from .s1_attacks import mutate


def test_a_mutation_is_never_the_same_file_again():
    """Where all bytes are alike, a byte lost and one doubled make up for each other."""
    content = bytes(1000)
    assert all(mutate(content, Random(seed)) != content for seed in range(1000))
