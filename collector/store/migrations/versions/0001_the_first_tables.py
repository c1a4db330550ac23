"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _computers()
    _media()
    _reports()
    _findings()
    _scans()
    _times()


def _computers() -> None:
    """The ledger of computers, and what binds each to its key."""
    op.create_table(
        "computer",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("profile", sa.String(length=20), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("hostname", sa.String(length=300), nullable=False),
        sa.Column("agent", sa.String(length=100), nullable=False),
        sa.Column("complete_to", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_computer"),
        sa.UniqueConstraint("name", name="uq_computer_name"),
        sa.UniqueConstraint("public_key", name="uq_computer_public_key"),
        sa.UniqueConstraint("token_digest", name="uq_computer_token_digest"),
    )


def _media() -> None:
    """The ledger of media and the registers issued."""
    op.create_table(
        "medium",
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("serial", sa.String(length=200), nullable=False),
        sa.Column("vendor_id", sa.String(length=4), nullable=False),
        sa.Column("product_id", sa.String(length=4), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_medium"),
    )
    op.create_table(
        "medium_computer",
        sa.Column("medium", sa.String(length=200), nullable=False),
        sa.Column("computer", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["computer"], ["computer.id"], name="fk_medium_computer_computer"),
        sa.ForeignKeyConstraint(["medium"], ["medium.number"], name="fk_medium_computer_medium"),
        sa.PrimaryKeyConstraint("medium", "computer", name="pk_medium_computer"),
    )
    op.create_table(
        "register_issue",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_register_issue"),
    )


def _reports() -> None:
    """What arrived, and which numbers never will."""
    op.create_table(
        "envelope",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("computer", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_digest", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["computer"], ["computer.id"], name="fk_envelope_computer"),
        sa.PrimaryKeyConstraint("id", name="pk_envelope"),
        sa.UniqueConstraint("computer", "sequence", name="uq_envelope_computer_sequence"),
    )
    op.create_index("ix_envelope_computer_received_at", "envelope", ["computer", "received_at"])
    op.create_table(
        "given_up",
        sa.Column("computer", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["computer"], ["computer.id"], name="fk_given_up_computer"),
        sa.PrimaryKeyConstraint("computer", "sequence", name="pk_given_up"),
    )
    op.create_table(
        "alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("computer", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alarm"),
        sa.UniqueConstraint("kind", "computer", "sequence", name="uq_alarm_kind_computer_sequence"),
    )


def _findings() -> None:
    """Changes as they came, and the findings folded from them."""
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("computer", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finding", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["computer", "sequence"], ["envelope.computer", "envelope.sequence"], name="fk_change_computer_sequence"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
    )
    op.create_index("ix_change_computer_fingerprint_sequence", "change", ["computer", "fingerprint", "sequence"])
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("computer", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("check_id", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message_zh", sa.Text(), nullable=False),
        sa.Column("message_en", sa.Text(), nullable=False),
        sa.Column("clauses", sa.Text(), nullable=False),
        sa.Column("exempted", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_in", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_in", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["computer"], ["computer.id"], name="fk_finding_computer"),
        sa.PrimaryKeyConstraint("id", name="pk_finding"),
    )
    op.create_index("ix_finding_computer_fingerprint", "finding", ["computer", "fingerprint"])
    op.create_index("ix_finding_opened_at", "finding", ["opened_at"])


def _scans() -> None:
    """Whole and partial scans, their checks and the checks' titles."""
    op.create_table(
        "scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("computer", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("files_seen", sa.BigInteger(), nullable=False),
        sa.Column("files_read", sa.BigInteger(), nullable=False),
        sa.Column("files_not_assessed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["computer", "sequence"], ["envelope.computer", "envelope.sequence"], name="fk_scan_computer_sequence"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_scan"),
    )
    op.create_index("ix_scan_finished_at", "scan", ["finished_at"])
    op.create_table(
        "scan_check",
        sa.Column("scan", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.String(length=100), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("reason_zh", sa.Text(), nullable=True),
        sa.Column("reason_en", sa.Text(), nullable=True),
        sa.Column("subjects", sa.BigInteger(), nullable=False),
        sa.Column("findings", sa.BigInteger(), nullable=False),
        sa.Column("exempted", sa.BigInteger(), nullable=False),
        sa.Column("not_assessed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["scan"], ["scan.id"], name="fk_scan_check_scan"),
        sa.PrimaryKeyConstraint("scan", "check_id", name="pk_scan_check"),
    )
    op.create_table(
        "check_title",
        sa.Column("check_id", sa.String(length=100), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("check_id", name="pk_check_title"),
    )


def _times() -> None:
    """Gaps, merged changes and sightings of media."""
    op.create_table(
        "gap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("computer", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason_zh", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["computer", "sequence"], ["envelope.computer", "envelope.sequence"], name="fk_gap_computer_sequence"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_gap"),
    )
    op.create_index("ix_gap_ended_at", "gap", ["ended_at"])
    op.create_table(
        "merged",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("computer", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("check_id", sa.String(length=100), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["computer", "sequence"], ["envelope.computer", "envelope.sequence"], name="fk_merged_computer_sequence"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_merged"),
    )
    op.create_table(
        "sighting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("computer", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["computer", "sequence"], ["envelope.computer", "envelope.sequence"], name="fk_sighting_computer_sequence"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sighting"),
    )
    op.create_index("ix_sighting_number_last_at", "sighting", ["number", "last_at"])
