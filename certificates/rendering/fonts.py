def find_undrawable(text):
    return []
