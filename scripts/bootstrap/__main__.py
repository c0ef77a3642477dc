"""Prepare this folder to run (`run`) or to be tested (`test`); what is done already is skipped."""

import sys

OLDEST = (3, 11)


def main():
    # Imported after the check: an old Python would stumble over the syntax and explain nothing.
    if sys.version_info < OLDEST:
        sys.exit(
            "Operant needs Python 3.11 or newer; {} is {}.{}. With a newer one beside it: "
            "make run PYTHON=python3.11".format(sys.executable, *sys.version_info[:2])
        )
    import chain

    return chain.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
