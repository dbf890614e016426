package org.flatgaze.runtime.command;

import org.flatgaze.pipeline.Networks;

/** Names of networks on the command line: {@code paper}, {@code compact}, or the id of a gaze network of the manifest. */
public final class NetworkNames {

    /** Text of the option's description. */
    public static final String DESCRIPTION =
            "paper (FBNet-C100 and RITNet), compact (compact and compact-seg), or the id of a gaze"
                    + " network (default ${DEFAULT-VALUE}).";

    private NetworkNames() {}

    /** The networks meant. */
    public static Networks of(String name) {
        return name.equals("paper") ? Networks.PAPER : Networks.of(name);
    }
}
