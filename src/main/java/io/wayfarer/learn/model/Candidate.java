package io.wayfarer.learn.model;

import io.wayfarer.text.WekaHome;
import weka.classifiers.AbstractClassifier;
import weka.classifiers.Classifier;
import weka.classifiers.bayes.BayesNet;
import weka.classifiers.bayes.NaiveBayes;
import weka.classifiers.bayes.net.estimate.SimpleEstimator;
import weka.classifiers.bayes.net.search.local.TAN;
import weka.classifiers.functions.LinearRegression;
import weka.classifiers.functions.Logistic;
import weka.classifiers.meta.LogitBoost;
import weka.classifiers.trees.J48;
import weka.classifiers.trees.REPTree;
import weka.classifiers.trees.RandomForest;
import weka.classifiers.trees.RandomTree;
import weka.core.SelectedTag;

/** The kinds of model that are tried. The slowest come first, so that no core is left with the longest fit at the end. */
public enum Candidate {
    /** Gradient boosting (Friedman, Hastie and Tibshirani 2000) of regression trees of depth 4. */
    LOGIT_BOOST("LogitBoost", true, false, 25_000) {
        @Override
        AbstractClassifier fresh(int rows) {
            var tree = new REPTree();
            tree.setMaxDepth(4);
            tree.setNoPruning(true);
            tree.setMinNum(10);
            tree.setSeed(SEED);
            var boost = new LogitBoost();
            boost.setClassifier(tree);
            boost.setNumIterations(60);
            boost.setShrinkage(0.15);
            boost.setSeed(SEED);
            return boost;
        }
    },
    /** 100 trees (Breiman 2001) with at least 5 rows in a leaf, each of at most 12,000 rows drawn with replacement. */
    RANDOM_FOREST("RandomForest", true, true, Integer.MAX_VALUE) {
        @Override
        AbstractClassifier fresh(int rows) {
            var forest = new RandomForest();
            forest.setNumIterations(100);
            forest.setBagSizePercent(Math.max(1, Math.min(100, (int) (1_200_000L / Math.max(1, rows)))));
            ((RandomTree) forest.getClassifier()).setMinNum(5);
            forest.setSeed(SEED);
            return forest;
        }
    },
    /** A decision tree (Quinlan 1993, C4.5) with at least 20 rows in a leaf, its shares drawn to even by Laplace's rule. */
    J48("J48", true, false, Integer.MAX_VALUE) {
        @Override
        AbstractClassifier fresh(int rows) {
            var tree = new J48();
            tree.setUseLaplace(true);
            tree.setMinNumObj(20);
            tree.setSubtreeRaising(false);
            tree.setSaveInstanceData(false);
            return tree;
        }
    },
    /** A Bayesian network in which each input hangs on the label and on one other input (Friedman et al. 1997). */
    BAYES_NET("BayesNet", true, false, Integer.MAX_VALUE) {
        @Override
        AbstractClassifier fresh(int rows) {
            var net = new BayesNet();
            net.setSearchAlgorithm(new TAN());
            net.setEstimator(new SimpleEstimator());
            return net;
        }
    },
    LOGISTIC("Logistic", true, false, Integer.MAX_VALUE) {
        @Override
        AbstractClassifier fresh(int rows) {
            var logistic = new Logistic();
            logistic.setRidge(1);
            return logistic;
        }
    },
    /** Numbers cut where the label changes (Fayyad and Irani 1993): few are normally distributed. */
    NAIVE_BAYES("NaiveBayes", true, false, Integer.MAX_VALUE) {
        @Override
        AbstractClassifier fresh(int rows) {
            var bayes = new NaiveBayes();
            bayes.setUseSupervisedDiscretization(true);
            return bayes;
        }
    },
    /** Ordinary least squares of all inputs; the ridge is only there for inputs that are sums of others. */
    LINEAR_REGRESSION("LinearRegression", false, true, Integer.MAX_VALUE) {
        @Override
        AbstractClassifier fresh(int rows) {
            var linear = new LinearRegression();
            linear.setAttributeSelectionMethod(
                    new SelectedTag(LinearRegression.SELECTION_NONE, LinearRegression.TAGS_SELECTION));
            linear.setEliminateColinearAttributes(false);
            linear.setRidge(1e-8);
            linear.setMinimal(true);
            return linear;
        }
    };

    static {
        WekaHome.use();
    }

    private static final int SEED = 42;

    private final String label;
    private final boolean forYesOrNo;
    private final boolean forNumbers;
    private final int maxRows;

    Candidate(String label, boolean forYesOrNo, boolean forNumbers, int maxRows) {
        this.label = label;
        this.forYesOrNo = forYesOrNo;
        this.forNumbers = forNumbers;
        this.maxRows = maxRows;
    }

    /** As Weka calls it. */
    public String label() {
        return label;
    }

    boolean suits(boolean binary) {
        return binary ? forYesOrNo : forNumbers;
    }

    /** More rows than this are not fitted: an even choice of them is. */
    public int maxRows() {
        return maxRows;
    }

    abstract AbstractClassifier fresh(int rows);

    /** @throws Exception as Weka throws it, when it cannot be fitted to such rows */
    Classifier fit(Rows rows) throws Exception {
        var classifier = fresh(rows.size());
        classifier.buildClassifier(rows.instances());
        return classifier;
    }
}
