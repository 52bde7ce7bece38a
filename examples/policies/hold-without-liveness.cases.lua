return {
  { name = "passed", facts = { liveness = "GREEN" }, expect = { "pass" } },
  { name = "failed", facts = { liveness = "RED" },
    expect = { { "hold", reason = "liveness failed: ask for a new selfie" } } },
  { name = "never checked", facts = { liveness = "MISSING" },
    expect = { { "hold", reason = "no liveness check: send a link to the WebSDK" } } },
  { name = "an answer nobody has seen yet", facts = { liveness = "BLUE" },
    expect = { { "hold", reason = "liveness says BLUE" } } },
}
