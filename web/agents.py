"""What a User-Agent header says its sender is."""

from functools import lru_cache

from crawleruseragents import is_crawler  # type: ignore[import-untyped]

from models.interest import AgentKind

_LONGEST = 500  # longer than any browser's; the patterns need not search megabytes


@lru_cache(maxsize=4096)
def agent_kind(user_agent: str) -> AgentKind:
    """Declared bot by the public list of crawlers; browser when it calls itself one as all do; else unknown."""
    if is_crawler(user_agent[:_LONGEST]):
        return AgentKind.DECLARED_BOT
    return AgentKind.BROWSER if user_agent.startswith("Mozilla/5.0 (") else AgentKind.UNKNOWN
