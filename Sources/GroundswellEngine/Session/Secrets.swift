/// Keys and passwords in what was typed, which neither history nor notebook nor message may show.
package enum Secrets {
  /// With `…` in place of the key of a connection string and of the password of an address.
  package static func masked(_ text: String) -> String {
    text
      .replacing(#/(?i)(SharedAccess(?:Key|Signature)=)[^;'"\s]+/#) { $0.1 + "…" }
      .replacing(#/(:\/\/[^\/\s:@'"]*:)[^@\s'"]+@/#) { $0.1 + "…@" }
  }
}
