from certificates.rendering.fonts import find_glyph
from certificates.rendering.typesetting import Typesetter


def test_text_of_the_face_itself_is_only_escaped():
    assert Typesetter(labels="").set("山田 <b>&") == "山田 &lt;b&gt;&amp;"


def test_rare_character_names_its_font():
    markup = Typesetter(labels="").set("𠮷江")
    assert markup == ('<span class="mj" style="font-variation-settings:\'COPY\' 0">𠮷</span>江')


def test_second_meaning_of_a_glyph_goes_to_a_copy_of_the_font():
    assert find_glyph("mincho", "辻\U000e0101") == find_glyph("mincho", "辻")
    typesetter = Typesetter(labels="")
    assert typesetter.set("辻") == "辻"
    assert "'COPY' 1\">辻\U000e0101</span>" in typesetter.set("辻\U000e0101")
    assert typesetter.set("辻") == "辻"


def test_labels_of_the_template_keep_their_glyphs():
    assert "'COPY' 1" in Typesetter(labels="<p>辻</p>").set("辻\U000e0101")
