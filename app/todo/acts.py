"""What can be asked about the work that waits."""

from app.acts.act import Work, reads
from app.acts.policy import Permission
from app.todo.queries import Todo, todo


@reads(Permission.READ_TODO)
def get_todo(work: Work) -> Todo:
    """Read what waits for a coordinator."""
    return todo(work.session, rules=work.rules)
