"""What the handbooks are written with: steps, pictures, and words of the screen."""

from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override

from cms.handbooks import read_pictures

register = template.Library()


class StepNode(template.Node):
    """A section."""

    def __init__(self, anchor: str, title: str, nodelist: NodeList) -> None:
        self.anchor, self.title, self.nodelist = anchor, title, nodelist

    def render(self, context: template.Context) -> SafeString:
        return format_html(
            '<section class="handbook__step stack" aria-labelledby="{0}"><h2 id="{0}">{1}</h2>\n'
            "{2}</section>",
            self.anchor,
            self.title,
            self.nodelist.render(context),
        )


@register.tag
def step(parser: Parser, token: Token) -> StepNode:
    """{% step "anchor" "What one wants to do" %}…{% endstep %}"""
    _name, anchor, title = token.split_contents()
    nodelist = parser.parse(("endstep",))
    parser.delete_first_token()
    return StepNode(anchor.strip('"'), title.strip('"'), nodelist)


@register.simple_tag(takes_context=True)
def list_steps(context: template.Context) -> list[StepNode]:
    """Of the whole handbook, which is not rendered yet where its contents stand."""
    return context.template.nodelist.get_nodes_by_type(StepNode)


@register.simple_tag
def ui(words: str) -> SafeString:
    """Words of the screen. A test looks for them in the pictures of the same handbook."""
    return format_html('<b class="handbook__ui">{}</b>', words)


@register.simple_tag
def said(english: str) -> SafeString:
    """Words of a screen without a picture, by their English: they change with the screen's."""
    with override("ja"):
        return format_html('<b class="handbook__said">{}</b>', gettext(english))


@register.inclusion_tag("cms/handbooks/shot.html")
def shot(name: str, alt: str) -> dict[str, Any]:
    return {
        "name": name,
        "file": f"cms/handbooks/{name}.webp",
        "alt": alt,
        "picture": read_pictures()[name],
    }
