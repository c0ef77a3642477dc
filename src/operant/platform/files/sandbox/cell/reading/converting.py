def convert(*a): raise NotImplementedError
