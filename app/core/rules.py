"""What belongs to the community, and what its rules are made of: one small value, handed down like the session."""

from dataclasses import dataclass
from typing import Literal

from app.core.language import Language


@dataclass(frozen=True, slots=True)
class Rules:
    """What a verb, a list or a paper may need to know of this community. Process settings are no part of it.

    Whoever needs it takes it as the keyword ``rules``. It comes with each unit of work, from the composition root.
    """

    community_name: str
    hashtag: str
    ribbon_color: str
    foil_color: str
    contact_email: str
    public_url: str
    language: Language
    paper_size: Literal["letter", "a4"]
    home_country: str
    default_platform: Literal["x", "bluesky", "instagram", "threads", "linkedin"]
    sign_in_minutes: int
    transit_days: int
    buffer_days: int
    amber_days: int
    hand_out_days_before: int
    open_claims: int
    request_expiry_days: int
    address_days: int
