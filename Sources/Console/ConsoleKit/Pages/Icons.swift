/// The few pictures in the pages, drawn here; all are decoration beside a text.
enum Icons {
    /// The mark of the program: a street cut into grids, one of which calls.
    static let mark: Markup = """
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">\
        <rect x="2" y="2" width="9" height="9" rx="2"/>\
        <rect x="13" y="2" width="9" height="9" rx="2"/>\
        <rect x="2" y="13" width="9" height="9" rx="2"/>\
        <rect class="call" x="13" y="13" width="9" height="9" rx="2"/></svg>
        """

    static let sun: Markup = """
        <svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">\
        <circle cx="10" cy="10" r="3.5"/>\
        <path d="M10 1.5v2.5M10 16v2.5M1.5 10H4M16 10h2.5M4 4l1.8 1.8M14.2 14.2 16 16M4 16l1.8-1.8\
        M14.2 5.8 16 4"/></svg>
        """

    static let moon: Markup = """
        <svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">\
        <path d="M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7z"/></svg>
        """

    static let auto: Markup = """
        <svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">\
        <circle cx="10" cy="10" r="7"/>\
        <path class="half" d="M10 3a7 7 0 0 1 0 14z"/></svg>
        """
}
