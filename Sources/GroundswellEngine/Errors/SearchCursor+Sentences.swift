package import EventFiles

extension SearchCursor.Damaged: Explained {
  package var remedy: String? { "remove it, and send everything again: send … --restart" }
}

extension SearchCursor.Busy: Explained {
  package var remedy: String? { "end it or wait for it; or send something else" }
}
