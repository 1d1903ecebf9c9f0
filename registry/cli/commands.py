"""Every command of ``registry``: its file in this folder, and its line in the help, in order.

The help is printed from here, since all the files take long to load. A test holds the lines against
those in the files.
"""

COMMANDS = {
    "quickstart": (
        "quickstart",
        "Run the whole story once: register, evaluate, check, sign, release, report, verify.",
    ),
    "init": (
        "setup",
        "Make an empty registry, with database, first account and log key; "
        "in local mode, if not said.",
    ),
    "login": ("signing_in", "Sign in for eight hours, with your password and a one-time code."),
    "logout": ("signing_in", "End your session."),
    "whoami": ("signing_in", "Who acts here, with which roles, and how that is known."),
    "register": (
        "datasets",
        "Register a synthetic dataset file as a new version, from a card or from flags.",
    ),
    "evaluate": ("datasets", "Measure fidelity, utility and privacy, and record every result."),
    "amend": (
        "amending",
        "Give a version another card: a new revision, which voids the requests open on it.",
    ),
    "check": (
        "checking",
        "Decide by the policies in effect: exit 0 allowed, 1 denied, 3 could not decide.",
    ),
    "submit": (
        "submitting",
        "Put a version forward for release in one context; "
        "refused if the policies do not allow it.",
    ),
    "approve": (
        "signatures",
        "Sign requests as approved, each by itself; the quorum's last signature approves it.",
    ),
    "reject": ("signatures", "Sign a request as rejected, for good."),
    "return": (
        "signatures",
        "Return a request to its author with a reason; a changed version is submitted anew.",
    ),
    "sign": (
        "signatures",
        "Sign a request as its author, as reviewed, or to take responsibility for it.",
    ),
    "retract": (
        "signatures",
        "Take back one's own signature before release; it stays readable, and counts no more.",
    ),
    "withdraw": ("submitting", "Withdraw a request that one submitted oneself."),
    "release": (
        "releases",
        "Release an approved request. The file is re-hashed and the policies decide once more.",
    ),
    "revoke": (
        "releases",
        "End a release before its day, and recall it: a notice is written, and sent to a webhook.",
    ),
    "waive": ("waivers", "Waive one rule for one version, in the role that the policy names."),
    "disclose": (
        "disclosing",
        "Let certificates and cards of a version carry its exact figures, in place of bands.",
    ),
    "withhold": (
        "disclosing",
        "Take a disclosure back: certificates and cards carry bands again.",
    ),
    "explain": (
        "policy_explain",
        "Say why a version is allowed or not, by every rule, and what is nearest that would be.",
    ),
    "witness": (
        "witnessing",
        "Cosign a checkpoint that continues the one signed last; "
        "exit 6 and sign nothing otherwise.",
    ),
    "witness-key": ("witnessing", "Make a witness's key, and print the public half to hand out."),
    "doctor": (
        "doctor",
        "Look for what is wrong; exit 6 for a fault, 3 for what could not be checked.",
    ),
    "report": ("reports", "Write a report from the stored records; prints its path."),
    "reports": ("reports_written", "Which reports were written."),
    "export": (
        "exporting",
        "Write what is known of a version as a file that other programs read; prints its path.",
    ),
    "templates": ("templates", "Templates of one's own for the reports."),
    "serve": ("serving", "Serve the review desk and the REST API."),
    "sources": ("sources", "Real datasets: digests and description."),
    "datasets": ("datasets", "Synthetic datasets and their versions."),
    "metrics": ("metrics", "The catalogue of metrics."),
    "review": ("reviewing", "What waits for sign-off, and what one would sign."),
    "deputies": ("deputies", "Who may sign for whom, and until when."),
    "releases": ("releases", "What has left the room, and until when."),
    "recalls": ("recalls", "Recalls and their acknowledgements."),
    "recipients": ("recipients", "Who receives data, and how to reach them."),
    "agreements": ("agreements", "Documents that data is shared under."),
    "access": ("access", "Who wants which data, for what, and what was answered."),
    "waivers": ("waivers", "Signed exceptions to rules, and when they end."),
    "budget": ("budgets", "The epsilon that a source may expose, and its ledger."),
    "dp-audit": (
        "dp_audits",
        "Audits of a claimed epsilon, with randomised membership. An audit can contradict a claim "
        "and never confirms it. Membership inference on a single release is no such audit: it "
        "stays evidence of risk.",
    ),
    "policy": ("policies", "Work on one policy file."),
    "policies": ("policies", "The policies in effect."),
    "audit": ("audit", "The audit trail."),
    "bundle": ("bundles", "The evidence of one release in one file, for outsiders."),
    "accounts": ("accounts", "People, services and their roles."),
    "roles": ("accounts", "What an account may do."),
    "keys": ("keys", "Personal signing keys."),
    "password": ("keys", "Your password."),
    "tokens": ("tokens", "Access tokens of services."),
    "webhooks": ("webhooks", "Other systems that are told what happens."),
    "db": ("databases", "The database: its schema, its backups."),
}
