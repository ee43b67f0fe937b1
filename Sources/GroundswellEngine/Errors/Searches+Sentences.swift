package import EventFiles

// What `send --query` and `send --tag` report.

extension TweetServiceError: Explained {
  package var remedy: String? { cause?.remedy ?? advice }
}

extension SearchCursor.Damaged: Explained {
  package var remedy: String? { "remove it, and send everything again: send … --restart" }
}

extension SearchCursor.Busy: Explained {
  package var remedy: String? { "end it or wait for it; or send something else" }
}
