/// Keys and passwords in what was typed, which neither history nor notebook nor message may show.
package enum Secrets {
  /// With `…` in place of the key of a connection string, of the password of an address, of the signature and token of a link, of
  /// what stands behind `connect twitter`, `--key` and their like, and of the value of a parameter that is called so.
  package static func masked(_ text: String) -> String {
    text
      .replacing(#/(?i)(SharedAccess(?:Key|Signature)=)[^;'"\s]+/#) { $0.1 + "…" }
      .replacing(#/(?i)([?&;](?:sig|token|password)=)[^&;'"\s]+/#) { $0.1 + "…" }
      .replacing(#/(--(?:password|token|secret)(?:=|[ \t]+)["']?)(?!env:|["'])[^\s"']+/#) { $0.1 + "…" }
      .replacing(#/(?m)^(\s*connect\s+twitter\s+)(?!env:|-)\S+/#) { $0.1 + "…" }
      .replacing(#/(?m)^(\s*connect\b.*--key[ =])(?!env:)\S+/#) { $0.1 + "…" }
      .replacing(#/(?m)^(\s*set\s+(?:\w+_)?(?i:password|passwd|secret|token|api_?key)\s+)(?!env:).+$/#) { $0.1 + "…" }
      .replacing(#/(:\/\/[^\/\s:@'"]*:)[^@\s'"]+@/#) { $0.1 + "…@" }
  }
}
