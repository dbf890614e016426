package org.flatgaze.runtime.publish;

import java.util.regex.Pattern;

/**
 * The topic tree of one device, {@code flatgaze/v1/{device}/...}.
 *
 * @param device name of the device: 1 to 64 of {@code a-z}, {@code 0-9} and {@code -}
 */
public record Topics(String device) {

    private static final String ROOT = "flatgaze/v1/";
    private static final Pattern DEVICE = Pattern.compile("[a-z0-9-]{1,64}");

    public Topics {
        if (device == null || !DEVICE.matcher(device).matches()) {
            throw new IllegalArgumentException(
                    "device=" + device + ": expected 1 to 64 of the characters a-z, 0-9 and '-'");
        }
    }

    /** Life cycle, retained, QoS 1; see {@link DeviceState}. */
    public String state() {
        return ROOT + device + "/state";
    }

    /** Birth record, retained, QoS 1; see {@link DeviceInfo}. */
    public String info() {
        return ROOT + device + "/info";
    }

    /** Last fault, retained, QoS 1. */
    public String alert() {
        return ROOT + device + "/alert";
    }

    /** Gaze messages of one eye, not retained. */
    public String gaze(Eye eye) {
        return ROOT + device + "/gaze/" + eye.topicPart();
    }

    /** Where the calibration of the user stands, retained, QoS 1. */
    public String calibrationStatus() {
        return ROOT + device + "/cal/status";
    }

    /** The target to be shown now, not retained, QoS 1. */
    public String calibrationTarget() {
        return ROOT + device + "/cal/target";
    }

    /** A request to this device, QoS 1, with response topic and correlation data. */
    public String command(String name) {
        return ROOT + device + "/cmd/" + name;
    }

    /** Where a client listens for answers; the device answers nowhere else. */
    public String reply(String client) {
        return ROOT + device + "/reply/" + client;
    }

    /** Filter that matches every topic of this device. */
    public String everything() {
        return ROOT + device + "/#";
    }
}
