"""Every component in every state, in both themes: for engineers, routed with DEBUG only."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


class SampleForm(forms.Form):
    name = forms.CharField(label="氏名", help_text="修了証に印刷する氏名です。")
    former_name = forms.CharField(label="旧姓", required=False)
    category = forms.ChoiceField(label="区分", choices=[("1", "隊員"), ("2", "職員")])
    accepted = forms.BooleanField(label="利用目的を確認しました")


def _steps() -> SimpleNamespace:
    names = ["制度のあらまし", "教え方の基本", "安全と個人情報"]
    steps = [
        SimpleNamespace(
            slug=f"module-{number}" if number < 3 else "",
            label=f"単元{number}「{name}」",
            is_completed=number == 1,
            is_current=number == 2,
            summary="この単元のあらまし。",
            study_minutes=15,
        )
        for number, name in enumerate(names, start=1)
    ]
    decision = SimpleNamespace(
        met_count=1, requirements=names, sentence="あと2つ：単元2の確認テスト（80%以上）"
    )
    return SimpleNamespace(steps=steps, decision=decision, text="全3単元のうち1単元を修了")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    themes: list[dict[str, Any]] = [
        {
            "name": theme,
            "form": SampleForm(auto_id=f"{theme}-%s"),
            "wrong_form": SampleForm({"name": ""}, auto_id=f"{theme}-wrong-%s"),
            "page_obj": Paginator(range(9), 3).page(2),
            "progress": _steps(),
        }
        for theme in ("light", "dark")
    ]
    context = {
        "themes": themes,
        "tones": ["success", "info", "warning", "error"],
        "states": ["valid", "expired", "revoked", "superseded", "unknown"],
        "marks": [("right", "○"), ("partly", "△"), ("wrong", "×"), ("ungraded", "△")],
    }
    return render(request, "cms/components.html", context)
