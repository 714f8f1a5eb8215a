import Foundation
import GridCodec
import GridModel
import Testing
import WorkerKit

@Suite("AssignmentDocument")
struct AssignmentDocumentTests {
    @Test("holds everything a handler needs, under stable keys")
    func allKeys() throws {
        let text = String(decoding: try AssignmentDocument(.full).json(), as: UTF8.self)
        #expect(
            text == """
                {"attempt":2,"call":"01020304-0506-0708-090a-0b0c0d0e0f10","campaign":"winter",\
                "caseNumber":"GL-2026-000123-7","category":"litter","condition":"heap",\
                "coordinates":{"latitude":32.5,"longitude":118.75},"department":"urban",\
                "dueAt":"2026-01-06T08:00:00.000Z","filedAt":"2026-01-05T08:00:00.250Z",\
                "grid":"320106001001","observedAt":"2026-01-05T07:59:00.000Z","role":"lead",\
                "texts":{"address":"街 1","contact":"1234","description":"a \\"heap\\"\\n",\
                "reporter":"Li"},"urgency":"urgent"}

                """)
    }

    @Test("leaves out what is not given")
    func leavesOut() throws {
        let text = String(
            decoding: try AssignmentDocument(assignmentMessage(1)).json(), as: UTF8.self)
        #expect(
            text == """
                {"attempt":1,"caseNumber":"","category":"litter","department":"urban","texts":{}}

                """)
    }

    @Test("a time that no calendar holds is not given", arguments: [Int64.max, .min, -1, 0])
    func impossibleTimes(milliseconds: Int64) throws {
        var item = assignmentMessage(1)
        item.resolveDue = milliseconds
        #expect(
            try AssignmentDocument(item).json() == AssignmentDocument(assignmentMessage(1)).json())
    }

    @Test("coordinates that are no numbers are not given")
    func impossibleCoordinates() throws {
        var item = assignmentMessage(1)
        item.coordinates.latitude = .nan
        #expect(
            try AssignmentDocument(item).json() == AssignmentDocument(assignmentMessage(1)).json())
    }
}

extension WireAssignItem {
    /// An assignment with every field given.
    static var full: WireAssignItem {
        var item = assignmentMessage(123, attempt: 2)
        item.call = Data(1...16)
        item.caseNumber = "GL-2026-000123-7"
        item.role = .lead
        item.condition = "heap"
        item.grid = "320106001001"
        item.campaign = "winter"
        item.urgency = .urgent
        item.filedAt = 1_767_600_000_250
        item.observedAt = 1_767_599_940_000
        item.resolveDue = 1_767_686_400_000
        item.coordinates.latitude = 32.5
        item.coordinates.longitude = 118.75
        item.texts.description_p = "a \"heap\"\n"
        item.texts.address = "街 1"
        item.texts.reporter = "Li"
        item.texts.contact = "1234"
        return item
    }
}
