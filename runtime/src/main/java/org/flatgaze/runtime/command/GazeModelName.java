package org.flatgaze.runtime.command;

import java.util.Map;

/** The short names of gaze models on the command line: {@code paper}, {@code compact}, or an id of the manifest itself. */
final class GazeModelName {

    /** Text of the option's description. */
    static final String DESCRIPTION =
            "paper (FBNet-C100), compact, or the id of a gaze model (default ${DEFAULT-VALUE}).";

    private static final Map<String, String> IDS = Map.of("paper", "fbnet-c100");

    private GazeModelName() {}

    /** Id in the model manifest. */
    static String id(String name) {
        return IDS.getOrDefault(name, name);
    }
}
