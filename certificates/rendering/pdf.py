def render_pdf(facts):
    raise NotImplementedError


def warm_up():
    pass


def check_libraries():
    return []
