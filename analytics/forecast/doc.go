// Package forecast says who will pass: for every nominee a probability with an
// interval, the chance of each criterion, what holds it back, and what moved
// it; and for every past year how good such forecasts were. It takes plain
// data and gives plain data: no database, no clock, no randomness that is not
// seeded. Same data, same numbers, on any number of processors.
//
// # What is forecast
//
// A nominee passes when the national team's (TPN) scores meet every criterion
// of the rule set and nothing else stops it:
//
//	P = P(every criterion met) x P(papers in order) x P(no veto)
//
// The thresholds come in as data ([Rules]); every one of them is a minimum of
// a weighted sum of nine attainments: six areas, performance, and two surveys.
// Only what became known before the day of the forecast is used
// ([Programme.Before]).
//
// # The structural model (model.go, regress.go, inflation.go, moments.go)
//
// Scores are logits: z = ln(p/(1-p)) of an area's share, of (s-1)/3 for a
// survey s on 1-4, p kept within .01 and .99. For nominee i of agency a in
// year t and part j,
//
//	y_ij = m_tj + x_ij'b_j + tau_tj + u_aj + e_ij,  u_a ~ N(0, Omega), e_i ~ N(0, Sigma)
//
// m is the mean internal (TPI) score of the year's nominees (areas only), x the
// nominee's own internal scores less that mean, its surveys weighted
// n/(n+60) by their respondents, the last national scores of the unit, the
// agency's own mean internal score (what an inspectorate adds shows there
// first; Mundlak 1978), the gap between reform and compliance, attempts,
// target, kind of agency, type of unit and region (design.go). tau is the
// year's strictness, a random walk. u is what the agency's nominees get beyond
// all this: mostly its inspectorate's inflation, with the sign turned. It is
// shrunken to 0, that is to what its kind and the nation say, by how few its
// nominees are; a new agency has u = 0 and the whole of Omega as doubt.
//
// Coefficients have Gaussian priors (ridge) around values found on a simulated
// programme; those of the six areas are pulled to each other. Coefficients of
// scores are kept from being negative by active sets. The fit is by EM
// (Dempster, Laird and Rubin 1977; Laird and Ware 1982): scores that are
// missing are filled in from those that are there, which also answers that
// areas are judged only where the survey was passed (missing at random given
// the survey's scores; Little and Rubin 2002).
//
// Where no national scores were reported, the outcome itself speaks
// (censor.go): who passed has scores above every threshold, who stopped at the
// survey has not. Each threshold cuts the normal distribution, and the rest is
// replaced by the normal distribution with its moments (assumed density
// filtering; Minka 2001). So one model serves installations with all, some or
// none of the national scores.
//
// An all-perfect worksheet (every area from 99.5 %) says nothing of its unit:
// its own scores drop out and its variance is wider. Missing areas are filled
// in from the unit's others. A new rule set keeps coefficients, since they are
// on attainment, and widens the year's variance to a step of .25.
//
// # From scores to a chance (mvn.go, gate.go)
//
// P(every criterion met) is the share of 1,024 fixed quasi-random points (R
// sequence, Roberts 2018) of the predicted normal distribution that meet them:
// the error is about .005, and the same points everywhere make differences
// smooth; a back-test uses 512. Papers fail at a rate of the agency,
// beta-binomial with its mean and strength by maximum likelihood, times what
// attempts and open gates make of it; vetoes are counted among those whose
// scores met every criterion.
//
// The interval takes the criteria as one half-space with the same chance and
// direction g (the gradient). With D the covariance of what is estimated
// (agency, coefficients, strictness), widened by 1.3, S the whole, and
// r = g'Dg/g'Sg, the probit of P moves by sqrt(r) z and is divided by
// sqrt(1-r); 5 % and 95 % of that are the bounds. The gates' rate has its own;
// on log odds both distances from P add like those of a right angle.
//
// # The fallback and the choice (margin.go, logistic.go, stack.go)
//
// Beside it stands a ridge logistic regression of passing on the margins over
// each threshold, with agencies as random intercepts. [Backtest] freezes both
// models' forecasts of every past year; on these, and on nothing else, three
// more candidates are learned: the structural model recalibrated (Platt 1999),
// both stacked (Wolpert 1992), and the logistic model alone. Another than the
// structural model is chosen when its frozen forecasts of at least two years
// had a log loss lower by more than .002. With fewer than 200 results, or all
// of one kind, the forecast carries the doubt [FewOutcomes].
//
// # How good it is (score.go, reliability.go)
//
// Brier, log loss, AUC, calibration slope, ECE; CORP reliability (Dimitriadis,
// Gneiting and Jordan 2021) with consistency bands; skill against the base
// rate, last year's result and the TPI threshold with bootstrap intervals over
// agencies. `make evaluate` measures the share of the gain that an oracle
// makes over the base rate, in two simulated programmes: one was used for
// tuning, the other has vetoes, failures in the field, quotas by rank,
// heavy-tailed inflation and other parameters throughout.
//
// # What to do with it (portfolio.go, explain.go, whatif.go)
//
// [Choose] fills quotas by agency; [PassesTogether] is the distribution of the
// number of passes, exact for independent nominees (Poisson-binomial) and
// averaged over the strictness they share. [Model.Explain] divides the
// distance from the average nominee among the inputs, exactly
// (Aumann and Shapley 1974). [Model.Predict] answers what if the inputs were
// these, [Model.Improve] what if the unit really became better: of a higher
// internal score alone only a part arrives. [Warnings] picks whom to warn with
// a bound on false alarms.
package forecast
