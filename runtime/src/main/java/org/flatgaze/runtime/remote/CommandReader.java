package org.flatgaze.runtime.remote;

import java.util.List;
import org.flatgaze.calibration.gaze.Direction;
import org.flatgaze.calibration.session.CalibrationRequest;
import org.flatgaze.calibration.session.ClientClock;

/** From the payload of {@code cmd/NAME} to a request; the fields are those of asyncapi.yaml. */
final class CommandReader {

    /** Names of the commands of a calibration session. */
    static final List<String> NAMES =
            List.of("cal-start", "cal-point", "cal-abort", "cal-accept", "cal-recentre", "cal-select", "validate");

    /** Asks for the device's time. */
    static final String CLOCK = "clock";

    private static final double YAW_MOST = 60;
    private static final double PITCH_MOST = 60;
    private static final int INDEX_MOST = 1000;
    private static final int VERSION_MOST = 1_000_000;

    private CommandReader() {}

    /**
     * Reads one of {@link #NAMES}.
     *
     * @throws BadCommandException if it is none of them or a field is missing, unknown or out of range
     */
    static CalibrationRequest read(String name, byte[] payload) throws BadCommandException {
        CommandFields fields = CommandFields.of(payload);
        CalibrationRequest request = switch (name) {
            case "cal-start" ->
                new CalibrationRequest.Start((int) fields.integer("points", 1, 13), clock(fields), sent(fields));
            case "cal-point" ->
                new CalibrationRequest.Point(
                        fields.text("session"),
                        (int) fields.integer("index", 0, INDEX_MOST),
                        direction(fields),
                        time(fields, "t_on"),
                        time(fields, "t_off"));
            case "cal-abort" -> new CalibrationRequest.Abort(fields.text("session"));
            case "cal-accept" -> new CalibrationRequest.Accept(fields.text("session"), fields.text("name"));
            case "cal-recentre" -> recentre(fields);
            case "cal-select" ->
                new CalibrationRequest.Select(
                        fields.has("name") ? fields.text("name") : null,
                        fields.has("version") ? (int) fields.integer("version", 1, VERSION_MOST) : 0);
            case "validate" ->
                fields.has("session")
                        ? new CalibrationRequest.Validate(fields.text("session"), null, 0)
                        : new CalibrationRequest.Validate(null, clock(fields), sent(fields));
            default -> throw new BadCommandException("no command is named " + name);
        };
        fields.finish();
        return request;
    }

    /** The client's time in a {@link #CLOCK} request. */
    static long clockTime(byte[] payload) throws BadCommandException {
        CommandFields fields = CommandFields.of(payload);
        long sent = sent(fields);
        fields.finish();
        return sent;
    }

    private static CalibrationRequest recentre(CommandFields fields) throws BadCommandException {
        return new CalibrationRequest.Recentre(
                fields.has("name") ? fields.text("name") : null,
                clock(fields),
                sent(fields),
                direction(fields),
                time(fields, "t_on"),
                time(fields, "t_off"));
    }

    private static ClientClock clock(CommandFields fields) throws BadCommandException {
        return new ClientClock(time(fields, "offset"), fields.integer("uncertainty", 0, Long.MAX_VALUE / 4));
    }

    private static Direction direction(CommandFields fields) throws BadCommandException {
        return new Direction(
                fields.number("yaw", -YAW_MOST, YAW_MOST), fields.number("pitch", -PITCH_MOST, PITCH_MOST));
    }

    private static long sent(CommandFields fields) throws BadCommandException {
        return time(fields, "t");
    }

    private static long time(CommandFields fields, String name) throws BadCommandException {
        // A quarter of the range, so that sums and differences of times never wrap.
        return fields.integer(name, Long.MIN_VALUE / 4, Long.MAX_VALUE / 4);
    }
}
