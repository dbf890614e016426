package org.flatgaze.calibration.session;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.flatgaze.calibration.gaze.GazeMap;
import org.flatgaze.calibration.gaze.GazeProfiles;

/** Saves profiles as fast as it can in a process of its own, to be killed: {@code ProfileVictim FOLDER}. */
public final class ProfileVictim {

    private ProfileVictim() {}

    public static void main(String[] arguments) throws IOException {
        GazeProfiles profiles = new GazeProfiles(Path.of(arguments[0]));
        for (int i = 1; i < 100_000; i++) {
            GazeMap map = new GazeMap(GazeMap.Kind.OFFSET, new double[] {i}, new double[] {-i});
            profiles.save("ada", "camera-1", map, Map.of("number", i, "padding", "x".repeat(20_000)));
            System.out.println(i);
        }
    }
}
