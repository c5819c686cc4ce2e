"""Words the book does without, spellings it does not use, and names with capitals."""

BANNED = {
    "simply": "strike it",
    "just": "strike it",
    "obviously": "strike it",
    "powerful": "say what it can do",
    "seamless": "say what happens",
    "seamlessly": "say what happens",
    "robust": "say against what it holds",
    "leverage": "write use",
    "leverages": "write uses",
    "leveraging": "write using",
    "delve": "write look",
    "delves": "write looks",
    "crucial": "say why it matters",
    "crucially": "say why it matters",
    "game-changer": "say what changes",
    "game-changing": "say what changes",
    "in today's world": "strike it",
    "in today’s world": "strike it",
    "e.g.": "write for example",
    "i.e.": "write that is",
    "etc.": "write and so on, or finish the list",
}

# American → British. Words in -ize and -yze are found by their ending.
AMERICAN = {
    "acknowledgment": "acknowledgement",
    "aging": "ageing",
    "airplane": "aircraft",
    "airplanes": "aircraft",
    "aluminum": "aluminium",
    "artifact": "artefact",
    "artifacts": "artefacts",
    "behavior": "behaviour",
    "behaviors": "behaviours",
    "behavioral": "behavioural",
    "canceled": "cancelled",
    "canceling": "cancelling",
    "catalog": "catalogue",
    "catalogs": "catalogues",
    "center": "centre",
    "centers": "centres",
    "centered": "centred",
    "color": "colour",
    "colors": "colours",
    "colored": "coloured",
    "counselor": "counsellor",
    "defense": "defence",
    "dialog": "dialogue",
    "enroll": "enrol",
    "favor": "favour",
    "favorite": "favourite",
    "fulfill": "fulfil",
    "gotten": "got",
    "gray": "grey",
    "honor": "honour",
    "judgment": "judgement",
    "judgments": "judgements",
    "labeled": "labelled",
    "labeling": "labelling",
    "labor": "labour",
    "license": "licence",
    "licenses": "licences",
    "math": "maths",
    "modeled": "modelled",
    "modeler": "modeller",
    "modeling": "modelling",
    "neighbor": "neighbour",
    "neighbors": "neighbours",
    "offense": "offence",
    "percent": "per cent",
    "signaling": "signalling",
    "skillful": "skilful",
    "toward": "towards",
    "totaled": "totalled",
    "traveled": "travelled",
    "traveler": "traveller",
    "travelers": "travellers",
    "traveling": "travelling",
}

# Words that end like -ize or -yze and are British all the same.
IZE_IS_RIGHT = {
    "size", "sizes", "sized", "resize", "resized", "resizing", "sizing", "oversize",
    "oversized", "undersized", "prize", "prizes", "seize", "seized", "seizes",
    "seizing", "maize", "capsize", "downsize", "downsized", "right-size", "oversizing",
}  # fmt: skip

# What keeps its capital inside a heading; words with a capital inside, such as
# MLOps, or of capitals only, such as SQL, need not stand here.
NAME_LIST = """
Aalborg Act Airflow Alembic Amazon American Apache April Arrow Assist August Azure Bayes
Binder Chromium Colab Conda Danish Davinci Debian December Denmark Docker Dockerfile
England English Europe European Excel February French Friday Gantt German Git Google
Gradio Grafana Hamilton January Java Jinja July June Jupyter Kafka Kolmogorov
Krippendorff Kubernetes Lambda Likert Linux Mac Makefile March Markdown May Medium
Microsoft Monday Netflix New Nordic Nordlys Norway November October Oracle Pages Pandera
Parquet Pickle Poisson Polars Postgres Prometheus Pydantic Python Redis Saturday
September Shapley Simpson Smirnov Snowflake Spark Spearman Sphinx Streamlit Sunday
Terraform Thursday Tuesday Ubuntu Uvicorn Valkey Wednesday Wilson Windows Wolfe York
Zhang
"""
NAMES = set(NAME_LIST.split())
