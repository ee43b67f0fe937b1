/// Symbolic links, as a copied workspace may have them: they may lead to other people's files.
extension DurableFiles {
  /// Whether the path itself is a link.
  package static func isLink(_ path: String) throws(FileError) -> Bool {
    try statusIfPresent(of: path, followingLink: false)?.kind == .link
  }

  /// The links in a folder and its subfolders, without following them; the path itself if it is a link. Empty if it is missing.
  package static func links(in path: String) throws(FileError) -> [String] {
    switch try statusIfPresent(of: path, followingLink: false)?.kind {
    case .link: return [path]
    case .folder:
      var links: [String] = []
      for name in try names(in: path) { links += try self.links(in: path + "/" + name) }
      return links
    case .file, .other, nil: return []
    }
  }

  /// Refuses a path with a link below a folder. Links above the folder are its user's own.
  ///
  /// - Throws: `FileError`, with ``FileError/isLink`` and the link's path.
  package static func refuseLinks(on path: String, below folder: String) throws(FileError) {
    guard path.hasPrefix(folder + "/") else { return }
    var part = folder
    for name in path.dropFirst(folder.count + 1).split(separator: "/") {
      part += "/" + name
      if try isLink(part) { throw .link("use", part) }
    }
  }
}
