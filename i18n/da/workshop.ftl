### The knowledge workshop: what editors and reviewers see.
workshop-title = Vidensværksted
