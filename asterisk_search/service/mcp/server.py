"""The server on standard input and output; nothing but the protocol is written there."""

import sys
from collections.abc import Mapping
from contextlib import closing
from importlib.metadata import version
from typing import IO, Any, cast

import anyio
import anyio.from_thread
import anyio.to_thread
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage

from asterisk_search.config import Settings
from asterisk_search.errors import AsteriskError, UsageError
from asterisk_search.service.desk import Desk
from asterisk_search.service.front import Front
from asterisk_search.service.mcp.lines import LONGEST, BoundedLines
from asterisk_search.service.mcp.tools import (
    INSTRUCTIONS,
    MOST_LINES,
    TOOLS,
    as_text,
    cut,
    shortened,
)
from asterisk_search.service.operations import OPERATIONS, Defaults
from asterisk_search.service.wire import Json

_HINTS = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def serve(settings: Settings) -> None:
    """Answer until the input ends."""
    with closing(Front(settings)) as desk:
        anyio.run(_serve, desk, Defaults(settings.search.limit, settings.search.mode))


async def _serve(desk: Desk, defaults: Defaults) -> None:
    async def list_tools(
        _context: ServerRequestContext[Any], _page: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(name) for name in TOOLS])

    async def call_tool(
        _context: ServerRequestContext[Any], call: types.CallToolRequestParams
    ) -> types.CallToolResult:
        try:
            answer = await anyio.to_thread.run_sync(
                _answered, desk, call.name, call.arguments or {}, defaults
            )
        except AsteriskError as error:
            said = f"{error.message}; {error.hint}" if error.hint else error.message
            return types.CallToolResult(content=[types.TextContent(text=said)], is_error=True)
        return types.CallToolResult(
            content=[types.TextContent(text=as_text(answer))], structured_content=shortened(answer)
        )

    server: Server[Any] = Server(
        "asterisk-search",
        version=version("asterisk-search"),
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )

    def refuse() -> None:
        """Answer a message that was too long to be read; which one it was is not known."""
        error = types.ErrorData(
            code=types.PARSE_ERROR, message=f"the message is longer than {LONGEST:,} bytes"
        )
        refusal = SessionMessage(types.JSONRPCError(jsonrpc="2.0", id=None, error=error))
        anyio.from_thread.run(write.send, refusal)

    lines = BoundedLines(sys.stdin.buffer, refuse)
    async with stdio_server(anyio.AsyncFile(cast("IO[str]", lines))) as (read, write):
        await server.run(read, write, server.create_initialization_options())


def _described(name: str) -> types.Tool:
    tool = TOOLS[name]
    return types.Tool(
        name=name, description=tool.meaning, input_schema=tool.schema(), annotations=_HINTS
    )


def _answered(desk: Desk, name: str, given: Mapping[str, Any], defaults: Defaults) -> Json:
    if name not in TOOLS:
        raise UsageError(f"there is no tool {name!r:.80}", hint=f"known: {', '.join(TOOLS)}")
    said = {key: _listed(value) for key, value in given.items() if value is not None}
    if name == "fetch":
        said.setdefault("lines", [MOST_LINES])
    return cut(OPERATIONS[TOOLS[name].operation](desk, said, defaults))


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
