from prm.jobs.models import Job


def newest_of(subject_id: str) -> Job | None:
    """The last piece of work on the subject, done or not."""
    return Job.objects.filter(subject_id=subject_id).order_by("-pk").first()
