package org.flatgaze.runtime.publish;

import java.util.List;

/** A device as the contract's example describes it. */
final class Devices {

    private Devices() {}

    static DeviceInfo info() {
        return new DeviceInfo(
                "0.1.0",
                "simulated FlatCam, 480 x 640, 10 bit",
                240,
                50,
                "onnx",
                List.of(
                        new DeviceInfo.Model("fbnet-c100", "0".repeat(63) + "1"),
                        new DeviceInfo.Model("ritnet-128", "0".repeat(63) + "2")),
                "user-3a",
                false);
    }
}
