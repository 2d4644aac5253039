"""The command line of the trainer: ``python -m trainer COMMAND --help``."""

from pathlib import Path

import click

from asterisk_search.embedding.bundle import Prefixes
from asterisk_search.errors import AsteriskError
from trainer import bench as benching
from trainer import encoders, findings, foreign, tasks
from trainer import evaluate as evaluating
from trainer import export as exporting
from trainer import figures as drawing
from trainer import prepare as preparing
from trainer import quantize as quantizing
from trainer import recipe as recipes
from trainer import release as releasing
from trainer import report as reporting
from trainer import teach as teaching
from trainer import train as training

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


class Group(click.Group):
    """Turns deliberate errors into a line and a hint."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except AsteriskError as error:
            hint = f"\n{error.hint}" if error.hint else ""
            raise click.ClickException(f"{error.message}{hint}") from error


recipe_option = click.option("--recipe", type=FILE, required=True, help="A TOML file.")
data_option = click.option(
    "--data", type=FOLDER, required=True, multiple=True, help="Files of training pairs."
)
eval_option = click.option("--eval", "evaluation", type=FOLDER, required=True, help="Test sets.")
teacher_option = click.option("--teacher", type=FOLDER, required=True, help="The teacher's folder.")
prepared_option = click.option("--prepared", type=FOLDER, required=True, help="From `prepare`.")
taught_option = click.option("--taught", type=FOLDER, required=True, help="From `teach`.")
bundle_option = click.option("--bundle", type=FOLDER, required=True, help="A bundle's folder.")
out_option = click.option("--out", type=FOLDER, required=True, help="Folder to write.")


@click.group(cls=Group)
def main() -> None:
    """Build the bundled model, step by step."""


@main.command()
@recipe_option
@data_option
@eval_option
@teacher_option
@out_option
def prepare(
    recipe: Path, data: tuple[Path, ...], evaluation: Path, teacher: Path, out: Path
) -> None:
    """Read, clean, check and tokenise the training pairs."""
    preparing.prepare(recipes.read(recipe), data, evaluation, teacher, out)


@main.command()
@prepared_option
@teacher_option
@click.option("--threads", default=1, show_default=True, help="Batches at the same time.")
@click.option("--coach", type=FILE, help="A checkpoint that teaches in the teacher's place.")
@click.option("--recipe", type=FILE, help="Only the texts that this recipe gives to its coach.")
@out_option
def teach(
    prepared: Path, teacher: Path, threads: int, coach: Path | None, recipe: Path | None, out: Path
) -> None:
    """Compute the teacher's vectors of every text; resumable."""
    wanted = recipes.read(recipe) if recipe else None
    teaching.teach(prepared, teacher, out, threads, coach, wanted)


@main.command()
@recipe_option
@prepared_option
@taught_option
@teacher_option
@click.option(
    "--coached", type=FOLDER, multiple=True, help="From `teach --coach`, for each coach it has."
)
@click.option("--start", type=FOLDER, help="Bundle of the recipe that this one goes on from.")
@click.option("--eval", "evaluation", type=FOLDER, help="Test sets, for the learning curve.")
@out_option
def train(
    recipe: Path,
    prepared: Path,
    taught: Path,
    teacher: Path,
    coached: tuple[Path, ...],
    start: Path | None,
    evaluation: Path | None,
    out: Path,
) -> None:
    """Train the student; resumable."""
    places = training.Places(prepared, taught, teacher, out, coached, start, evaluation)
    training.train(recipes.read(recipe), places)


@main.command()
@recipe_option
@click.option("--checkpoint", type=FILE, required=True, help="From `train`.")
@teacher_option
@click.option("--prepared", type=FOLDER, help="From `prepare`, if the recipe has an ending.")
@click.option("--beginning", type=FILE, help="`start.pt` of the run of the recipe's beginning_of.")
@out_option
def export(
    recipe: Path,
    checkpoint: Path,
    teacher: Path,
    prepared: Path | None,
    beginning: Path | None,
    out: Path,
) -> None:
    """Turn a checkpoint into a float bundle, checked against the network."""
    exporting.export(recipes.read(recipe), checkpoint, teacher, out, prepared, beginning)


@main.command()
@bundle_option
@click.option("--eval", "evaluation", type=FOLDER, help="Test sets, to measure what is lost.")
@out_option
def quantize(bundle: Path, evaluation: Path | None, out: Path) -> None:
    """Turn a float bundle into an eight-bit one."""
    quantizing.quantize(bundle, out, evaluation)


@main.command()
@click.option("--stage", required=True, help=f"{encoders.KINDS}.")
@eval_option
@teacher_option
@click.option("--task", "chosen", multiple=True, help="Only these tasks.")
@click.option("--test", is_flag=True, help="The test sets: once, for a released model.")
@click.option("--threads", default=1, show_default=True)
@click.option("--dim", type=click.IntRange(1), help="Keep so many numbers of each vector.")
@click.option("--out", type=FILE, help="A JSON file for the result.")
def evaluate(
    stage: str,
    evaluation: Path,
    teacher: Path,
    chosen: tuple[str, ...],
    test: bool,
    threads: int,
    dim: int | None,
    out: Path | None,
) -> None:
    """Measure a model on the development (or test) sets."""
    names = chosen or (tasks.TEST if test else tasks.DEV)
    result = evaluating.evaluate(stage, names, evaluation, teacher, threads, dim)
    if out:
        evaluating.write(out, result)


@main.command()
@bundle_option
@click.option("--results", type=FILE, required=True, help="Of `evaluate` for that bundle.")
@click.option("--into", type=FOLDER, required=True, help="The program's folder `embedding`.")
def release(bundle: Path, results: Path, into: Path) -> None:
    """Make a bundle the one that the program brings along, and pin it."""
    releasing.release(bundle, results, into)


@main.command("export-foreign")
@click.option("--model", type=FOLDER, required=True, help="A saved sentence model.")
@click.option("--licence", required=True, help="Of that model.")
@click.option("--query-prefix", default="", help="What the model wants before a query.")
@click.option("--passage-prefix", default="", help="What the model wants before a passage.")
@out_option
def export_foreign(
    model: Path, licence: str, query_prefix: str, passage_prefix: str, out: Path
) -> None:
    """Write a sentence model of the BERT family as a bundle, untrained (docs/own-model.md)."""
    foreign.export_foreign(model, out, licence, Prefixes(passage_prefix, query_prefix))


@main.command("export-teacher")
@teacher_option
@out_option
def export_teacher(teacher: Path, out: Path) -> None:
    """Write the teacher itself as a bundle, for comparison."""
    exporting.export_teacher(teacher, out)


@main.command()
@click.option("--bundle", "bundles", type=FOLDER, required=True, multiple=True, help="A folder.")
@click.option("--rounds", default=benching.ROUNDS, show_default=True, help="The fastest counts.")
@click.option("--out", type=FILE, required=True, help="A JSON file for the result.")
def bench(bundles: tuple[Path, ...], rounds: int, out: Path) -> None:
    """Measure speed and memory of bundles, in turns."""
    benching.bench(bundles, out, rounds)


@main.command()
@click.option("--results", type=FOLDER, required=True, help="Results of `evaluate` and `bench`.")
@click.option("--docs", type=FOLDER, required=True, help="Where the documents go.")
def report(results: Path, docs: Path) -> None:
    """Write docs/evaluation.md and docs/model-card.md from the results."""
    reporting.report(results, docs)


@main.command()
@click.option("--results", type=FOLDER, required=True, help="Results of `evaluate` and `train`.")
@click.option(
    "--log", "logs", type=FILE, multiple=True, help="A run's `log.jsonl`, for the curve; in order."
)
@click.option("--docs", type=FOLDER, required=True, help="Where the pictures go.")
def figures(results: Path, logs: tuple[Path, ...], docs: Path) -> None:
    """Draw the learning curve and the comparison of models."""
    if logs:
        findings.keep_curve(logs, results / "curve.json")
    drawing.figures(results, docs)
