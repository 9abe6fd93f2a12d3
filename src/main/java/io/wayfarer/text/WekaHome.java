package io.wayfarer.text;

import java.nio.file.Path;

/** Keeps Weka from making a folder in the user's home, asking the network for packages, and loading native code. */
public final class WekaHome {

    private WekaHome() {}

    /** Asked by each class that uses Weka before the first of Weka's is loaded. */
    public static void use() {
        System.setProperty(
                "WEKA_HOME",
                Path.of(System.getProperty("java.io.tmpdir"), "wayfarer-weka").toString());
        System.setProperty("weka.packageManager.offline", "true");
        System.setProperty("weka.packageManager.loadPackages", "false");
        System.setProperty("com.github.fommil.netlib.ARPACK", "com.github.fommil.netlib.F2jARPACK");
    }
}
