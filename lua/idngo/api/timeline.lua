-- What happened to applicants.

return {
  classes = {
    Timeline = { -- What happened to an applicant, newest first.
      applicantId = "string", -- the applicant
      items = "TimelineItem[], required", -- its events
    },
    TimelineItem = { -- One event. Which fields it has depends on the activity.
      id = "string", -- the event
      ts = "moment, checked", -- when it happened, `YYYY-MM-DD hh:mm:ss`
      activity = "string, checked", -- what happened, such as `user:added:idDoc` or `moderator:completed:review`
      subjectName = "string", -- who did it
      country = "string", -- three letters, ISO 3166-1 alpha-3
      reviewAnswer = "ReviewAnswer", -- of a completed review
      status = "ReviewStatus", -- the new status, when it changed
      imageId = "string", -- the image, when one was added
      idDocType = "string", -- the kind of document, when one was added
      elapsedSincePendingMs = "integer", -- how long the review took, in milliseconds
      ipInfo = "IpInfo", -- address and location
      trackingData = "TrackingData", -- address and source
      userAgentInfo = "UserAgentInfo", -- the browser or program
    },
    IpInfo = { -- Where an address is.
      ip = "string", -- the address
      countryCode2 = "string", -- two letters
      countryCode3 = "string", -- three letters
      city = "string", -- city
      zipCode = "string", -- postal code
      lat = "number", -- latitude in degrees
      lon = "number", -- longitude in degrees
      asn = "integer", -- number of the network
      asnOrg = "string", -- who runs the network
      riskyAsn = "boolean", -- whether the network is known for fraud
    },
    TrackingData = { -- Where an activity came from.
      ip = "string", -- the address
      xClientId = "string", -- `WebSDK`, `MobileSDK`, `Dashboard` or `API`
    },
    UserAgentInfo = { -- A browser or program.
      uaPlatform = "string", -- operating system
      uaBrowser = "string", -- browser or library
      uaDeviceType = "string", -- kind of device
      uaBrowserVersion = "string", -- version
    },
  },

  endpoints = {
    --[==[
    What happened to this applicant, and from where?

    ```lua
    local r = assert(client:timeline("60b8ce73460647000145384e"))
    for _, item in ipairs(r.items) do
      print(item.ts, item.activity, item.ipInfo and item.ipInfo.countryCode3 or "")
    end
    ```
    ```sh
    idngo call timeline 60b8ce73460647000145384e
    ```

    - Newest first in the reference's example; no paging is documented.
    - Here `items` is at the root, unlike in `levels`.
    - `imageId` is a text here and a number elsewhere in the API: treat ids as opaque.
    - The reference describes four fields of an event and shows seventeen. Kinds of activity are an open set.
    ]==]
    {
      name = "timeline",
      title = "Retrieve applicant activity log",
      request = "GET /resources/applicantTimeline/{applicantId}",
      arguments = { { "applicantId", "the applicant to look up" } },
      reply = "timeline", returns = "Timeline",
      retry = "safe",
      try = { "60b8ce73460647000145384e" },
      fact = { "timeline", answers = { "GREEN", "RED", "MISSING" } },
    },
  },
}
